"""The page's colours and letters as Gradio tokens, light and dark. Fine work is in `assets/studio.css`."""

import gradio as gr

SYSTEM = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
FIXED = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
INK, SOFT, LINE, GROUND, CARD, TEAL = "#1c2430", "#4b5768", "#d7dde5", "#f6f7f9", "#ffffff", "#0f5c6e"
INK_D, SOFT_D, LINE_D, GROUND_D, CARD_D, TEAL_D = "#e8edf3", "#a9b6c5", "#33404f", "#12171e", "#1a212a", "#6cc5d8"


def studio_theme() -> gr.themes.Base:
    """Calm, few colours, one accent; every pair of colours reaches 4.5 to 1."""
    theme = gr.themes.Base(
        primary_hue="cyan", neutral_hue="slate", text_size="md", spacing_size="md", radius_size="md",
        font=list(SYSTEM), font_mono=list(FIXED),
    )  # fmt: skip
    return theme.set(
        body_background_fill=GROUND, body_background_fill_dark=GROUND_D, body_text_color=INK,
        body_text_color_dark=INK_D,
        body_text_color_subdued=SOFT, body_text_color_subdued_dark=SOFT_D,
        background_fill_primary=CARD, background_fill_primary_dark=CARD_D,
        background_fill_secondary=GROUND, background_fill_secondary_dark=GROUND_D,
        border_color_primary=LINE, border_color_primary_dark=LINE_D,
        block_background_fill=CARD, block_background_fill_dark=CARD_D, block_border_width="1px", block_shadow="none",
        block_border_color=LINE, block_border_color_dark=LINE_D, block_radius="10px",
        block_label_text_color=SOFT, block_label_text_color_dark=SOFT_D, block_label_background_fill=CARD,
        block_label_background_fill_dark=CARD_D, block_title_text_color=INK, block_title_text_color_dark=INK_D,
        block_title_text_weight="600", block_info_text_color=SOFT, block_info_text_color_dark=SOFT_D,
        block_label_border_width="0px", block_label_border_width_dark="0px",
        input_background_fill=CARD, input_background_fill_dark=GROUND_D, input_border_color="#8793a1",
        input_border_color_dark="#6b7a8b", input_border_width="1px", input_radius="8px", input_shadow="none",
        input_placeholder_color="#5c6877", input_placeholder_color_dark="#98a6b5",
        input_border_color_focus=TEAL, input_border_color_focus_dark=TEAL_D, input_shadow_focus="none",
        color_accent=TEAL, color_accent_soft="#e3f1f4", color_accent_soft_dark="#173640",
        border_color_accent=TEAL, border_color_accent_dark=TEAL_D, border_color_accent_subdued="#8fc1cc",
        border_color_accent_subdued_dark="#2d5f6c", link_text_color=TEAL, link_text_color_dark=TEAL_D,
        link_text_color_hover=TEAL, link_text_color_hover_dark=TEAL_D, link_text_color_visited=TEAL,
        link_text_color_visited_dark=TEAL_D, link_text_color_active=TEAL, link_text_color_active_dark=TEAL_D,
        button_primary_background_fill=TEAL, button_primary_background_fill_dark=TEAL_D,
        button_primary_background_fill_hover="#0b4a59", button_primary_background_fill_hover_dark="#8ed5e4",
        button_primary_border_color=TEAL, button_primary_border_color_dark=TEAL_D,
        button_primary_text_color="#ffffff", button_primary_text_color_dark="#0b1d23",
        button_primary_text_color_hover="#ffffff", button_primary_text_color_hover_dark="#0b1d23",
        button_secondary_background_fill=CARD, button_secondary_background_fill_dark="#232d38",
        button_secondary_background_fill_hover="#edf1f4", button_secondary_background_fill_hover_dark="#2c3845",
        button_secondary_border_color="#aeb8c4", button_secondary_border_color_dark="#55647a",
        button_secondary_text_color=INK, button_secondary_text_color_dark=INK_D,
        button_cancel_background_fill=CARD, button_cancel_background_fill_dark="#232d38",
        button_cancel_text_color="#a32020", button_cancel_text_color_dark="#ff9d9d",
        button_cancel_border_color="#d3a1a1",
        button_cancel_border_color_dark="#7a4a4a",
        button_border_width="1px", button_large_radius="8px", button_medium_radius="8px", button_small_radius="8px",
        button_large_text_weight="600", button_medium_text_weight="600", button_small_text_weight="600",
        button_large_padding="8px 16px", button_large_text_size="15px", button_medium_text_size="15px",
        button_small_text_size="14px", button_small_padding="5px 12px", button_transition="none",
        checkbox_background_color=CARD, checkbox_background_color_dark=GROUND_D, checkbox_border_color="#6b7788",
        checkbox_border_color_dark="#8493a4", checkbox_background_color_selected=TEAL,
        checkbox_background_color_selected_dark="#2a8ca1", checkbox_border_color_selected=TEAL,
        checkbox_border_color_selected_dark="#2a8ca1",
        checkbox_label_background_fill=CARD, checkbox_label_background_fill_dark=CARD_D,
        checkbox_label_background_fill_selected="#eef7f9", checkbox_label_background_fill_selected_dark="#173640",
        checkbox_label_text_color=INK, checkbox_label_text_color_dark=INK_D, checkbox_label_text_color_selected=INK,
        checkbox_label_text_color_selected_dark=INK_D, checkbox_label_border_color=LINE,
        checkbox_label_border_color_dark=LINE_D, checkbox_label_border_width="1px",
        table_border_color=LINE, table_border_color_dark=LINE_D, table_even_background_fill=CARD,
        table_even_background_fill_dark=CARD_D, table_odd_background_fill="#fafbfc",
        table_odd_background_fill_dark="#1e2731",
        table_row_focus="#e3f1f4", table_row_focus_dark="#173640", table_text_color=INK, table_text_color_dark=INK_D,
        slider_color=TEAL, slider_color_dark=TEAL_D, loader_color=TEAL, loader_color_dark=TEAL_D,
        panel_background_fill=GROUND, panel_background_fill_dark=GROUND_D, panel_border_width="0px",
        layout_gap="16px", shadow_drop="none", shadow_drop_lg="none",
    )  # fmt: skip

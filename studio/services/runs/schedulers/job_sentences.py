"""What the cluster does with a run, in a sentence for page and command line."""

from studio.copy.catalog import Phrases, has, say
from studio.schemas.run import ClusterJob, JobPhase


def job_sentence(job: ClusterJob, *, begun: bool = False) -> str:
    """`Waiting in the cluster: third in line.`; nothing once it is over. `begun`: the run itself says that it runs."""
    if job.is_over:
        return ""
    if job.unheard_since is not None:
        return say("cluster.unheard", since=f"{job.unheard_since.astimezone():%H:%M}")
    if job.phase is JobPhase.SUBMITTING:
        return say("cluster.submitting")
    if job.phase is JobPhase.RUNNING:
        since = f"{job.since.astimezone():%H:%M}" if job.since else ""
        if job.node and since:
            return say("cluster.runs", node=job.node, since=since)
        return say("cluster.runs_somewhere" if begun else "cluster.taken")
    if job.place is None:
        return say("cluster.waits")
    return say("cluster.waits_at", place=ordinal(job.place))


def ordinal(place: int) -> str:
    """`third`, and `number 12` where few people would read a word."""
    words = Phrases("ordinal")
    return words[f"n{place}"] if place <= len(words) else say("cluster.number", place=place)


def end_sentence(job: ClusterJob, reason: str) -> tuple[str, str]:
    """Why a run ended that did not end by itself, and what to do."""
    kind = reason if has(f"cluster_end.{reason}") else "OTHER"
    return say(f"cluster_end.{kind}", node=job.node or say("cluster.a_node")), say("cluster.resume")

"""`python -m studio` is the same as `studio`."""

from studio.cli.main import main

if __name__ == "__main__":
    main()

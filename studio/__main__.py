"""`python -m studio` is the same door as `studio`."""

from studio.cli.main import main

if __name__ == "__main__":
    main()

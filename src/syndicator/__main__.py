"""`python -m syndicator` is `syndicate`."""

from syndicator.cli import main

if __name__ == "__main__":
    main()

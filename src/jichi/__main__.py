"""``python -m jichi``: the command line."""

from jichi.config.cli import main

if __name__ == "__main__":
    main()

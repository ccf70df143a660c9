"""``python -m kerasscan``."""

from kerasscan.cli import main

if __name__ == "__main__":
    main()

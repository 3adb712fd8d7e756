"""`python -m chaland.cli` is `chaland`."""

from chaland.cli import main

if __name__ == "__main__":
    main()

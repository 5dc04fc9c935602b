"""`python -m augcli`."""

from augcli.cli.app import main

if __name__ == "__main__":
    main()

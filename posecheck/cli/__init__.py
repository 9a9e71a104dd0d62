"""The command line: options, terminal output and exit codes."""

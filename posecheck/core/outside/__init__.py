"""Read what others wrote, within stated bounds: files, TOML and JSON, arrays; and write cells that nothing runs."""

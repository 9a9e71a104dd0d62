"""What the project is built from: known vulnerabilities and licences of the pinned packages."""

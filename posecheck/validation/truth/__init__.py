"""Reference measurements: motion capture, inertial sensors and goniometer tables from their files, as angles."""

"""Draw a judged frame: skeleton, gauges and warnings over the picture."""

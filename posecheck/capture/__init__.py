"""From pictures to landmarks: video and cameras, printed markers, MediaPipe's pose."""

"""The app's pages (analyse, thresholds, live) and their pieces; the only place that imports Streamlit."""

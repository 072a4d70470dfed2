"""The pages. The only package that knows Streamlit."""

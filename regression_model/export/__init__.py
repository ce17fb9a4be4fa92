"""Fitted pipelines in, ONNX graphs out, and the proof that they are equal."""

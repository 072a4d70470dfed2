"""Traces for OpenTelemetry receivers."""

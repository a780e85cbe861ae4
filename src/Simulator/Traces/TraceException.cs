namespace OrleansDiffusion.Simulator;

/// <summary>A trace that cannot be read; the message says where and why.</summary>
public sealed class TraceException(string message) : Exception(message);

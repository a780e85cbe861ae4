namespace OrleansDiffusion.Silo;

/// <summary>A node cannot start for a reason outside the program; the message is for the person who started it.</summary>
public sealed class NodeStartException(string message, Exception? inner = null) : Exception(message, inner);

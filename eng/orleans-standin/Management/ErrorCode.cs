namespace Orleans;

/// <summary>Numbers of the engine's own log entries, of which none is needed here: their name is, since it may be taken for another one.</summary>
public enum ErrorCode
{
    Runtime = 100_000,
}

namespace OrleansDiffusion.Weights;

/// <summary>How a node serves lines.</summary>
internal sealed record LineOptions
{
    /// <summary>Lines at a time; who wants one more is told to ask the plain way. Default: 256.</summary>
    public int LineCountMax { get; init; } = 256;

    /// <summary>A client that takes nothing for so long while it is sent to is dropped. Default: 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A line without a request for so long is closed; twice what clients keep one. Default: 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether chunks go past the server's own buffers where the connection allows it. Default: yes.</summary>
    public bool MayUseSocket { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

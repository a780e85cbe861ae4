using Orleans;

namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>What happened in a simulation, in order, each line with its virtual second.</summary>
public sealed class Trace(bool keepsLines)
{
    /// <summary>Later lines count only in <see cref="Digest"/>.</summary>
    public const int LinesMax = 200_000;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Of all lines: equal digests mean equal runs.</summary>
    public ulong Digest { get; private set; } = 14695981039346656037;

    internal void Add(string line)
    {
        Digest = unchecked((Digest * 1099511628211) ^ StableHash.ComputeHash(line));
        if (keepsLines && _lines.Count < LinesMax)
        {
            _lines.Add(line);
        }
    }
}

using System.Globalization;

namespace OrleansDiffusion.Diffusion.Unicode;

/// <summary>The tables behind <see cref="CanonicalComposition"/>, read once from the embedded `canonical.txt`.</summary>
internal sealed class CanonicalData
{
    private static readonly Lazy<CanonicalData> Loaded = new(Read);

    private readonly Dictionary<int, int> _classes = [];
    private readonly Dictionary<int, int[]> _parts = [];
    private readonly Dictionary<(int First, int Second), int> _composites = [];

    public static CanonicalData Instance => Loaded.Value;

    /// <summary>Canonical combining class; 0 for starters.</summary>
    public int Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>One level of canonical decomposition, or null where there is none.</summary>
    public int[]? Parts(int codePoint) => _parts.GetValueOrDefault(codePoint);

    public bool TryCompose(int first, int second, out int composite) => _composites.TryGetValue((first, second), out composite);

    private static CanonicalData Read()
    {
        using var stream = typeof(CanonicalData).Assembly.GetManifestResourceStream("canonical.txt")
            ?? throw new InvalidOperationException("The resource canonical.txt is not embedded.");
        using var reader = new StreamReader(stream);
        var data = new CanonicalData();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            foreach (var entry in line.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) data.Add(entry);
        }

        return data;
    }

    private void Add(string entry)
    {
        var mark = entry.AsSpan().IndexOfAny('=', ':');
        if (mark < 0)
        {
            AddClass(entry);
            return;
        }

        var composite = Hex(entry[..mark]);
        var parts = Array.ConvertAll(entry[(mark + 1)..].Split(' '), Hex);
        _parts.Add(composite, parts);
        if (entry[mark] == '=') _composites.Add((parts[0], parts[1]), composite);
    }

    private void AddClass(string entry)
    {
        var (range, combiningClass) = (entry.Split(' ')[0], int.Parse(entry.Split(' ')[1], CultureInfo.InvariantCulture));
        var ends = Array.ConvertAll(range.Split('-'), Hex);
        for (var codePoint = ends[0]; codePoint <= ends[^1]; codePoint++) _classes.Add(codePoint, combiningClass);
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

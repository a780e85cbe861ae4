using System.Globalization;
using System.IO.Compression;

namespace OrleansDiffusion.Simulator;

/// <summary>A CSV file with a header, read line by line. Fields may be quoted; a .gz file is unpacked.</summary>
internal sealed class CsvTable
{
    private const int ProblemCountMax = 5;
    private const int ShownCharactersMax = 40;

    private readonly List<string> _problems = [];
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _file;
    private string[] _fields = [];
    private int _problemCount;

    private CsvTable(string file) => _file = Path.GetFileName(file);

    public int Line { get; private set; }

    /// <summary>Reads the whole file; every row that the function makes something of is in the answer.</summary>
    /// <param name="path">What to read.</param>
    /// <param name="header">Called once, when the columns are known.</param>
    /// <param name="row">Called for every line after the header; null leaves the row out.</param>
    /// <exception cref="TraceException">With the first problems, when there is any.</exception>
    public static List<T> Read<T>(string path, Action<CsvTable> header, Func<CsvTable, T?> row)
        where T : struct
    {
        using var reader = Open(path);
        var table = new CsvTable(path);
        table.ReadHeader(reader.ReadLine());
        header(table);
        table.ThrowIfWrong();

        List<T> rows = [];
        while (reader.ReadLine() is { } line)
        {
            table.Line++;
            if (line.Length == 0) continue;
            table._fields = Split(line);
            if (table._fields.Length != table._columns.Count)
                table.Problem(null, $"has {table._fields.Length} fields, and the header {table._columns.Count}");
            else if (row(table) is { } made)
                rows.Add(made);
        }

        table.ThrowIfWrong();
        return rows;
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    public void Need(string column)
    {
        if (!Has(column)) Problem(null, $"the header lacks the column {column}");
    }

    /// <summary>Empty when there is no such column.</summary>
    public string Text(string column) => _columns.TryGetValue(column, out var index) ? _fields[index].Trim() : "";

    /// <summary>A number of seconds, not negative; null when it is wrong, which is noted.</summary>
    public double? Seconds(string column)
    {
        var text = Text(column);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !double.IsFinite(seconds))
            Problem(column, $"\"{Shown(text)}\" is not a number of seconds");
        else if (seconds < 0)
            Problem(column, $"\"{Shown(text)}\" is negative");
        else
            return seconds;
        return null;
    }

    public DateTime? Moment(string column)
    {
        var text = Text(column);
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (text.Length >= 10 && DateTime.TryParse(text, CultureInfo.InvariantCulture, Styles, out var moment)) return moment;
        Problem(column, $"\"{Shown(text)}\" is not a date and time such as 2024-11-15 16:57:50");
        return null;
    }

    public void Problem(string? column, string what)
    {
        _problemCount++;
        if (_problems.Count < ProblemCountMax) _problems.Add($"{_file}, line {Line}{(column is null ? "" : $", column {column}")}: {what}");
    }

    private static StreamReader Open(string path)
    {
        Stream stream = File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(stream);
    }

    private void ReadHeader(string? header)
    {
        Line = 1;
        foreach (var name in Split(header ?? ""))
            if (!_columns.TryAdd(name.Trim(), _columns.Count)) Problem(name.Trim(), "stands there twice");
    }

    private void ThrowIfWrong()
    {
        if (_problemCount == 0) return;
        if (_problemCount > _problems.Count) _problems.Add($"and {_problemCount - _problems.Count} more");
        throw new TraceException(string.Join('\n', _problems));
    }

    private static string[] Split(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal)) return line.Split(',');
        List<string> fields = [];
        var (field, isQuoted) = (new System.Text.StringBuilder(), false);
        foreach (var c in line)
        {
            if (c == '"') isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted) Flush();
            else field.Append(c);
        }

        Flush();
        return [.. fields];

        void Flush()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }

    private static string Shown(string text) => text.Length <= ShownCharactersMax ? text : $"{text[..ShownCharactersMax]}...";
}

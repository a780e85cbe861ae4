using System.Text.Json;
using OrleansDiffusion.Bench;
using Spectre.Console;

namespace OrleansDiffusion.Cli.Benchmarks;

/// <summary>Figures for a person, and for a file.</summary>
internal static class FigureTable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(IReadOnlyList<Figure> figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Figure", "Value", "Budget", "Meaning");
        foreach (var figure in figures)
        {
            var value = figure.Holds == false ? $"[red]{figure.Value:0.####}[/]" : $"{figure.Value:0.####}";
            table.AddRow(figure.Name, value, figure.Budget, Markup.Escape(figure.Meaning));
        }

        AnsiConsole.Write(table);
    }

    public static async Task WriteAsync(FileInfo file, IReadOnlyList<Figure> figures, CancellationToken cancellation)
    {
        await using var stream = file.Create();
        var flat = figures.ToDictionary(figure => figure.Name, figure => figure.Value);
        await JsonSerializer.SerializeAsync(stream, flat, Indented, cancellation);
    }
}

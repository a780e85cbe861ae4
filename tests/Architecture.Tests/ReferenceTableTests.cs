using System.Xml.Linq;

namespace OrleansDiffusion.Architecture.Tests;

/// <summary>The build enforces the table of references; these tests keep the table itself honest.</summary>
public sealed class ReferenceTableTests
{
    private static readonly Dictionary<string, string[]> Table = ReadTable();

    [Fact]
    public void Every_project_in_src_has_a_row_and_every_row_a_project()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension)
            .Order();

        Assert.Equal(projects, Table.Keys.Order());
    }

    [Fact]
    public void Pure_decisions_and_numerics_reference_nothing_and_use_no_package()
    {
        foreach (var name in (string[])["Jobs", "Diffusion"])
        {
            Assert.Empty(Table[name]);
            var project = XDocument.Load(Path.Combine(Repository.Root, "src", name, $"{name}.csproj"));
            Assert.Empty(project.Descendants("PackageReference"));
            Assert.Empty(project.Descendants("ProjectReference"));
            Assert.Empty(project.Descendants("FrameworkReference"));
        }
    }

    [Fact]
    public void Grains_know_neither_the_runtime_of_models_nor_the_web()
    {
        Assert.DoesNotContain("Diffusion.Onnx", Table["Grains"]);
        Assert.DoesNotContain("Images", Table["Grains"]);
        Assert.DoesNotContain("Api", Table["Grains"]);
        Assert.DoesNotContain("Silo", Table["Grains"]);
    }

    [Fact]
    public void No_project_can_reach_itself()
    {
        foreach (var start in Table.Keys)
        {
            var reached = new HashSet<string>();
            var open = new Stack<string>(Table[start]);
            while (open.TryPop(out var next))
            {
                if (reached.Add(next) && Table.TryGetValue(next, out var further)) Array.ForEach(further, open.Push);
            }

            Assert.DoesNotContain(start, reached);
        }
    }

    [Fact]
    public void The_table_in_the_architecture_page_is_the_one_that_the_build_enforces()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "ARCHITECTURE.md"));
        foreach (var (name, allowed) in Table)
        {
            var row = Assert.Single(page, line => line.StartsWith($"| `src/{name}` |", StringComparison.Ordinal));
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            var told = cells[3] == "-" ? [] : cells[3].Split(',', StringSplitOptions.TrimEntries);
            Assert.Equal(allowed.Order(), told.Order());
        }
    }

    private static Dictionary<string, string[]> ReadTable() =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.targets"))
            .Descendants("AllowedReference")
            .ToDictionary(
                row => (string)row.Attribute("Include")!,
                row => ((string)row.Attribute("To")!).Split(';', StringSplitOptions.RemoveEmptyEntries));
}

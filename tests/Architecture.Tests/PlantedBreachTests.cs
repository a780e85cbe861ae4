using System.Diagnostics;

namespace OrleansDiffusion.Architecture.Tests;

/// <summary>A rule that nothing can break is no rule: each is broken here once, in a project of its own.</summary>
public sealed class PlantedBreachTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(Repository.Root, "artifacts", "planted", Path.GetRandomFileName(), "src"));

    [Fact]
    public void A_reference_that_the_table_does_not_allow_breaks_the_build()
    {
        var (code, output) = Check("Diffusion", "Api");

        Assert.NotEqual(0, code);
        Assert.Contains("OD0002", output, StringComparison.Ordinal);
        Assert.Contains("Diffusion may not reference Api", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_without_a_row_breaks_the_build()
    {
        var (code, output) = Check("Newcomer", null);

        Assert.NotEqual(0, code);
        Assert.Contains("OD0001", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_the_table_allows_passes()
    {
        var (code, output) = Check("Storage", "Jobs");

        Assert.True(code == 0, output);
    }

    public void Dispose() => _folder.Parent!.Delete(recursive: true);

    private (int Code, string Output) Check(string project, string? reference)
    {
        var folder = _folder.CreateSubdirectory(project);
        var file = Path.Combine(folder.FullName, $"{project}.csproj");
        var item = reference is null ? "" : $"""<ItemGroup><ProjectReference Include="../{reference}/{reference}.csproj" /></ItemGroup>""";
        File.WriteAllText(file, $"""<Project Sdk="Microsoft.NET.Sdk">{item}</Project>""");

        using var process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", file, "-t:CheckAllowedReferences", "-nologo", "-v:quiet"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}

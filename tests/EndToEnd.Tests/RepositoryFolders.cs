namespace OrleansDiffusion.EndToEnd.Tests;

/// <summary>Where things lie in the repository that these tests were built from.</summary>
internal static class RepositoryFolders
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Dashboard => Path.Combine(Root, "src", "Api", "wwwroot");

    private static string FindRoot(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            if (File.Exists(Path.Combine(here.FullName, "OrleansDiffusion.sln"))) return here.FullName;
        }

        throw new DirectoryNotFoundException($"No OrleansDiffusion.sln above {folder}: run the tests from their build folder in the repository.");
    }
}

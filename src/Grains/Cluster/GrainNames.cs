namespace OrleansDiffusion.Grains;

/// <summary>What grain types are called where people see them: Job, not OrleansDiffusion.Grains.JobGrain.</summary>
internal static class GrainNames
{
    private const string Suffix = "Grain";

    /// <param name="className">With or without namespace and assembly.</param>
    public static string OfClass(string className)
    {
        var name = className.Split(',')[0];
        name = name[(name.LastIndexOf('.') + 1)..];
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }
}

using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OrleansDiffusion.OrleansStandin.Nodes;

/// <summary>The types of every assembly beside the program that refers to this one, loaded yet or not.</summary>
internal static class ApplicationTypes
{
    private static readonly string Own = typeof(ApplicationTypes).Assembly.GetName().Name!;

    public static IEnumerable<Type> All() =>
        AssembliesBesideProgram()
            .Concat(AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic && RefersHere(a.GetReferencedAssemblies())))
            .Append(typeof(ApplicationTypes).Assembly)
            .Distinct()
            .SelectMany(TypesOf)
            .OrderBy(t => t.FullName, StringComparer.Ordinal);

    private static IEnumerable<Assembly> AssembliesBesideProgram()
    {
        var known = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        return known.Where(path => path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) && RefersHere(path))
            .Select(path => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))));
    }

    private static bool RefersHere(AssemblyName[] references) => references.Any(r => r.Name == Own);

    private static bool RefersHere(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        if (!file.HasMetadata)
        {
            return false;
        }

        var metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Any(r => metadata.StringComparer.Equals(metadata.GetAssemblyReference(r).Name, Own));
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return [.. partly.Types.OfType<Type>()];
        }
    }
}

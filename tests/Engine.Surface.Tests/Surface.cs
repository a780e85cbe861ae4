using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OrleansDiffusion.Engine.Surface.Tests;

/// <summary>What an assembly shows to others: its types, and every member that they can call, override or read.</summary>
internal sealed record Surface(IReadOnlyDictionary<string, TypeSurface> Types)
{
    public static Surface Read(Stream assembly)
    {
        using var file = new PEReader(assembly);
        var reader = file.GetMetadataReader();
        var types = reader.TypeDefinitions.Where(t => IsVisible(reader, t)).Select(t => TypeSurface.Read(reader, t));
        return new Surface(types.ToDictionary(t => t.Name));
    }

    public static Surface Read(string path)
    {
        using var file = File.OpenRead(path);
        return Read(file);
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var visibility = type.Attributes & TypeAttributes.VisibilityMask;
        return visibility == TypeAttributes.Public
            || (visibility is TypeAttributes.NestedPublic or TypeAttributes.NestedFamily && IsVisible(reader, type.GetDeclaringType()));
    }
}

/// <param name="Name">Namespace and name, with the number of type parameters.</param>
/// <param name="Declaration">Kind, modifiers, base type and constraints.</param>
/// <param name="Interfaces">All that it says it implements.</param>
/// <param name="Members">Signature by key; overloads have different keys.</param>
internal sealed record TypeSurface(string Name, string Declaration, IReadOnlySet<string> Interfaces, IReadOnlyDictionary<string, string> Members)
{
    public static TypeSurface Read(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = TypeNames.Of(reader, handle);
        var interfaces = type.GetInterfaceImplementations().Select(i => TypeNames.Of(reader, reader.GetInterfaceImplementation(i).Interface));
        return new TypeSurface(name, Declare(reader, type), interfaces.ToHashSet(), new MemberReader(reader, type).Read());
    }

    private static string Declare(MetadataReader reader, TypeDefinition type)
    {
        var modifiers = type.Attributes & (TypeAttributes.Interface | TypeAttributes.Abstract | TypeAttributes.Sealed);
        return $"{modifiers} : {TypeNames.Of(reader, type.BaseType)}{MemberReader.Constraints(reader, type.GetGenericParameters())}{Usage(reader, type)}";
    }

    /// <returns>Where an attribute may stand, as its own attribute says.</returns>
    private static string Usage(MetadataReader reader, TypeDefinition type)
    {
        foreach (var attribute in type.GetCustomAttributes().Select(reader.GetCustomAttribute))
        {
            if (MemberReader.TypeOf(reader, attribute) == "System.AttributeUsageAttribute")
            {
                return $" usage {Convert.ToHexString(reader.GetBlobBytes(attribute.Value))}";
            }
        }

        return "";
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Serialization;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>
/// Which fields of a <see cref="GenerateSerializerAttribute"/> type travel: those with an <see cref="IdAttribute"/> on them or on
/// their property, and the parameters of a record's primary constructor. A field that is neither is refused,
/// since Orleans would silently leave it behind; one marked <see cref="NonSerializedAttribute"/> is left behind here as well.
/// </summary>
internal sealed record SerializedMembers(FieldInfo[] Carried, FieldInfo[] Left)
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static SerializedMembers Of(Type type)
    {
        var carried = new List<FieldInfo>();
        var left = new List<FieldInfo>();
        for (var level = type; level != typeof(object) && level != typeof(ValueType) && level is not null; level = level.BaseType)
        {
            Sort(level, type, carried, left);
        }

        return new SerializedMembers([.. carried], [.. left]);
    }

    private static void Sort(Type level, Type whole, List<FieldInfo> carried, List<FieldInfo> left)
    {
        var rules = level.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false)
            ?? throw new CodecNotFoundException($"{whole} derives from {level}, which is not marked [GenerateSerializer].");
        var primary = PrimaryConstructorNames(level, rules);
        foreach (var field in level.GetFields(Own))
        {
            if (field.IsDefined(typeof(NonSerializedAttribute)))
            {
                left.Add(field);
            }
            else if (HasId(field, level, rules) || primary.Contains(PropertyName(field) ?? CapturedName(field) ?? field.Name))
            {
                carried.Add(field);
            }
            else if (level.Assembly != typeof(SerializedMembers).Assembly)
            {
                throw new CodecNotFoundException(
                    $"{level}.{PropertyName(field) ?? field.Name} has no [Id], so Orleans would not carry it: give it one, or mark it [NonSerialized].");
            }
        }
    }

    private static bool HasId(FieldInfo field, Type level, GenerateSerializerAttribute rules)
    {
        if (field.IsDefined(typeof(IdAttribute)))
        {
            return true;
        }

        return PropertyName(field) is { } name
            && level.GetProperty(name, Own) is { } property
            && (property.IsDefined(typeof(IdAttribute))
                || (rules.GenerateFieldIds == GenerateFieldIds.PublicProperties && property.GetMethod is { IsPublic: true }));
    }

    /// <returns>The property that the field stands behind.</returns>
    private static string? PropertyName(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal) ? field.Name[1..field.Name.IndexOf('>')] : null;

    /// <returns>The primary constructor's parameter that the compiler keeps in the field.</returns>
    private static string? CapturedName(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.EndsWith(">P", StringComparison.Ordinal) ? field.Name[1..field.Name.IndexOf('>')] : null;

    private static HashSet<string> PrimaryConstructorNames(Type level, GenerateSerializerAttribute rules)
    {
        var deconstruct = level.GetMethods(Own).FirstOrDefault(m => m.Name == "Deconstruct" && m.IsDefined(typeof(CompilerGeneratedAttribute)));
        if (deconstruct is not null)
        {
            return [.. deconstruct.GetParameters().Select(p => p.Name!)];
        }

        return rules.IncludePrimaryConstructorParameters
            ? [.. level.GetConstructors(Own).SelectMany(c => c.GetParameters()).Select(p => p.Name!)]
            : [];
    }
}

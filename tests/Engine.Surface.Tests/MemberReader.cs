using System.Reflection;
using System.Reflection.Metadata;

namespace OrleansDiffusion.Engine.Surface.Tests;

/// <summary>The members of one type that others can see: methods with their parameters' names and defaults, and fields with their constants.</summary>
internal sealed class MemberReader(MetadataReader reader, TypeDefinition type)
{
    private static readonly TypeNames Names = new();

    public static string Constraints(MetadataReader reader, GenericParameterHandleCollection parameters)
    {
        var all = parameters.Select(reader.GetGenericParameter).Select(p =>
            $"{p.Attributes & GenericParameterAttributes.SpecialConstraintMask}({string.Join(", ", p.GetConstraints()
                .Select(c => TypeNames.Of(reader, reader.GetGenericParameterConstraint(c).Type)).Order())})");
        return parameters.Count == 0 ? "" : $" where {string.Join("; ", all)}";
    }

    public static string TypeOf(MetadataReader reader, CustomAttribute attribute) => attribute.Constructor.Kind switch
    {
        HandleKind.MemberReference => TypeNames.Of(reader, reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent),
        _ => TypeNames.Of(reader, reader.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()),
    };

    public Dictionary<string, string> Read()
    {
        var members = new Dictionary<string, string>();
        foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition).Where(IsVisible))
        {
            var signature = method.DecodeSignature(Names, null);
            var key = $"{reader.GetString(method.Name)}`{signature.GenericParameterCount}({string.Join(", ", signature.ParameterTypes)})";
            members[key] = Describe(method, signature);
        }

        foreach (var field in type.GetFields().Select(reader.GetFieldDefinition).Where(IsVisible))
        {
            members[reader.GetString(field.Name)] = Describe(field);
        }

        return members;
    }

    private static bool IsVisible(MethodDefinition method) =>
        (method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(FieldDefinition field) =>
        (field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private string Describe(MethodDefinition method, MethodSignature<string> signature)
    {
        var modifiers = method.Attributes & (MethodAttributes.MemberAccessMask | MethodAttributes.Static | MethodAttributes.Abstract);
        // Whether a method that implements an interface is marked virtual is the compiler's affair.
        var isOverridable = method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.Final);
        var parameters = method.GetParameters().Select(reader.GetParameter).Where(p => p.SequenceNumber > 0).Select(Describe);
        return $"{modifiers}{(isOverridable ? " overridable" : "")} {signature.ReturnType} ({string.Join(", ", parameters)})"
            + Constraints(reader, method.GetGenericParameters());
    }

    private string Describe(Parameter parameter)
    {
        var marks = parameter.GetCustomAttributes().Select(a => TypeOf(reader, reader.GetCustomAttribute(a)))
            .Where(a => a is "System.ParamArrayAttribute" or "System.Runtime.CompilerServices.ExtensionAttribute");
        return string.Join(" ", [.. marks, reader.GetString(parameter.Name), Constant(parameter.GetDefaultValue())]).TrimEnd();
    }

    private string Describe(FieldDefinition field)
    {
        var modifiers = field.Attributes & (FieldAttributes.FieldAccessMask | FieldAttributes.Static | FieldAttributes.InitOnly | FieldAttributes.Literal);
        return $"{modifiers} {field.DecodeSignature(Names, null)} {Constant(field.GetDefaultValue())}".TrimEnd();
    }

    private string Constant(ConstantHandle handle) =>
        handle.IsNil ? "" : $"= {Convert.ToHexString(reader.GetBlobBytes(reader.GetConstant(handle).Value))}";
}

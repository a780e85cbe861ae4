using System.Reflection;
using System.Reflection.Emit;

namespace OrleansDiffusion.Engine.Surface.Tests;

/// <summary>The comparison finds what it is there for.</summary>
public sealed class PlantedDifferenceTests
{
    private const MethodAttributes Method = MethodAttributes.Public | MethodAttributes.HideBySig;

    [Fact]
    public void Equal_surfaces_have_no_differences() => Assert.Empty(Compare(Plain, Plain));

    [Fact]
    public void Less_than_the_official_type_is_no_difference() => Assert.Empty(Compare(_ => { }, Plain));

    [Fact]
    public void A_type_that_only_we_have_is_not_compared() =>
        Assert.Empty(SurfaceComparison.Differences(Build("Orleans.OnlyOurs", Plain), [Build("Orleans.Other", Plain)]));

    [Fact]
    public void A_member_of_our_own_is_found() => Assert.Equal(
        ["Orleans.Planted.Extra`0() is not in the official type"],
        Compare(
            type =>
            {
                Plain(type);
                Define(type, "Extra", typeof(void), []);
            },
            Plain));

    [Fact]
    public void Another_result_is_found() => AssertDiffers("System.Int64 (text)", type => Define(type, "Do", typeof(long), [typeof(string)], "text"));

    [Fact]
    public void Another_parameter_type_is_found() => Assert.Equal(
        ["Orleans.Planted.Do`0(System.Object) is not in the official type"],
        Compare(type => Define(type, "Do", typeof(int), [typeof(object)], "text"), Plain));

    [Fact]
    public void Another_parameter_name_is_found() => AssertDiffers("(words)", type => Define(type, "Do", typeof(int), [typeof(string)], "words"));

    [Fact]
    public void A_default_that_is_missing_or_extra_is_found() => AssertDiffers(
        "text = 61",
        type => Define(type, "Do", typeof(int), [typeof(string)]).DefineParameter(1, ParameterAttributes.Optional | ParameterAttributes.HasDefault, "text")
            .SetConstant("a"));

    [Fact]
    public void Another_accessibility_is_found() => AssertDiffers(
        "Family System.Int32",
        type => Define(type, "Do", typeof(int), [typeof(string)], "text", MethodAttributes.Family | MethodAttributes.HideBySig));

    [Fact]
    public void Static_where_the_official_member_is_not_is_found() => AssertDiffers(
        "Static",
        type => Define(type, "Do", typeof(int), [typeof(string)], "text", Method | MethodAttributes.Static));

    [Fact]
    public void Overridable_where_the_official_member_is_not_is_found() => AssertDiffers(
        "overridable",
        type => Define(type, "Do", typeof(int), [typeof(string)], "text", Method | MethodAttributes.Virtual | MethodAttributes.NewSlot));

    [Fact]
    public void Another_base_type_is_found() =>
        Assert.Contains("System.Exception", Assert.Single(Compare(type => type.SetParent(typeof(Exception)), _ => { })), StringComparison.Ordinal);

    [Fact]
    public void An_interface_of_our_own_is_found() =>
        Assert.Contains("IDisposable", Assert.Single(Compare(type => type.AddInterfaceImplementation(typeof(IDisposable)), _ => { })), StringComparison.Ordinal);

    [Fact]
    public void Another_value_of_a_constant_is_found() => Assert.Single(Compare(type => Constant(type, 1), type => Constant(type, 2)));

    private static void Plain(TypeBuilder type) => Define(type, "Do", typeof(int), [typeof(string)], "text");

    private static void Constant(TypeBuilder type, int value) =>
        type.DefineField("Limit", typeof(int), FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal).SetConstant(value);

    private static MethodBuilder Define(
        TypeBuilder type, string name, Type returns, Type[] parameters, string? parameterName = null, MethodAttributes attributes = Method)
    {
        var method = type.DefineMethod(name, attributes, returns, parameters);
        if (parameterName is not null)
        {
            method.DefineParameter(1, ParameterAttributes.None, parameterName);
        }

        method.GetILGenerator().ThrowException(typeof(NotSupportedException));
        return method;
    }

    private static void AssertDiffers(string ours, Action<TypeBuilder> member) =>
        Assert.Contains(ours, Assert.Single(Compare(member, Plain)).Split("; official:")[0], StringComparison.Ordinal);

    private static List<string> Compare(Action<TypeBuilder> ours, Action<TypeBuilder> official) =>
        SurfaceComparison.Differences(Build("Orleans.Planted", ours), [Build("Orleans.Planted", official)]);

    private static Surface Build(string typeName, Action<TypeBuilder> define)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Planted"), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("Planted").DefineType(typeName, TypeAttributes.Public | TypeAttributes.Class);
        define(type);
        type.CreateType();
        using var image = new MemoryStream();
        assembly.Save(image);
        image.Position = 0;
        return Surface.Read(image);
    }
}

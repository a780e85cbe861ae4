using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>
/// Emits, once per grain interface, a <see cref="GrainReference"/> that implements it. Each method packs its
/// arguments and hands them to the base class together with its plan.
/// </summary>
internal static class ProxyFactory
{
    private static readonly Lock Gate = new();
    private static readonly ConcurrentDictionary<Type, Func<Node, GrainId, GrainReference>> Constructors = new();
    private static readonly HashSet<string> OpenedAssemblies = [];
    private static readonly AssemblyBuilder Assembly =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("OrleansStandin.Proxies"), AssemblyBuilderAccess.Run);

    private static readonly ModuleBuilder Module = Assembly.DefineDynamicModule("Proxies");

    public static GrainReference Create(Type interfaceType, Node node, GrainId id) =>
        Constructors.GetOrAdd(interfaceType, static type => BuildOnce(type))(node, id);

    private static Func<Node, GrainId, GrainReference> BuildOnce(Type interfaceType)
    {
        lock (Gate)
        {
            return Constructors.TryGetValue(interfaceType, out var made) ? made : Constructors[interfaceType] = Build(interfaceType);
        }
    }

    private static Func<Node, GrainId, GrainReference> Build(Type interfaceType)
    {
        if (!interfaceType.IsInterface || !typeof(IAddressable).IsAssignableFrom(interfaceType))
        {
            throw new ArgumentException($"{interfaceType} is not a grain or observer interface.", nameof(interfaceType));
        }

        OpenInternals(typeof(ProxyFactory));
        Type[] interfaces = [interfaceType, .. interfaceType.GetInterfaces()];
        Array.ForEach(interfaces, OpenInternals);
        var type = Module.DefineType($"{interfaceType.FullName}.Proxy", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [interfaceType]);
        var plansField = type.DefineField("Plans", typeof(MethodPlan[]), FieldAttributes.Public | FieldAttributes.Static);
        EmitConstructor(type, interfaceType);
        var methods = interfaces.SelectMany(i => i.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .Where(m => m.IsAbstract).ToArray();
        for (var i = 0; i < methods.Length; i++)
        {
            GrainMethodRules.Check(methods[i]);
            EmitMethod(type, plansField, methods[i], i);
            EmitInvoker(type, methods[i], i);
        }

        var built = type.CreateType();
        built.GetField("Plans")!.SetValue(null, methods.Select((m, i) => MethodPlanBuilder.Build(m, built.GetMethod($"Invoke{i}")!)).ToArray());
        return built.GetMethod("Create")!.CreateDelegate<Func<Node, GrainId, GrainReference>>();
    }

    /// <summary>Lets the proxies see the internal interfaces of an assembly, as code generated inside it would.</summary>
    private static void OpenInternals(Type type)
    {
        var name = type.Assembly.GetName().Name!;
        if (OpenedAssemblies.Add(name))
        {
            var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
            Assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }
    }

    private static void EmitConstructor(TypeBuilder type, Type interfaceType)
    {
        Type[] signature = [typeof(Node), typeof(GrainId)];
        var baseConstructor = typeof(GrainReference).GetConstructor(
            BindingFlags.Instance | BindingFlags.NonPublic, [typeof(Node), typeof(GrainId), typeof(Type)])!;
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, signature);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldtoken, interfaceType);
        il.Emit(OpCodes.Call, typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!);
        il.Emit(OpCodes.Call, baseConstructor);
        il.Emit(OpCodes.Ret);

        var create = type.DefineMethod("Create", MethodAttributes.Public | MethodAttributes.Static, typeof(GrainReference), signature).GetILGenerator();
        create.Emit(OpCodes.Ldarg_0);
        create.Emit(OpCodes.Ldarg_1);
        create.Emit(OpCodes.Newobj, constructor);
        create.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder type, FieldInfo plans, MethodInfo method, int index)
    {
        var parameters = method.GetParameters();
        var builder = type.DefineMethod(
            $"{method.DeclaringType!.Name}.{method.Name}.{index}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            Array.ConvertAll(parameters, p => p.ParameterType));
        var il = builder.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, plans);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Box, parameters[i].ParameterType);
            il.Emit(OpCodes.Stelem_Ref);
        }

        il.Emit(OpCodes.Call, GrainMethodRules.Sender(method.ReturnType));
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(builder, method);
    }

    /// <summary>The other side: unpacks the arguments and calls the grain.</summary>
    private static void EmitInvoker(TypeBuilder type, MethodInfo method, int index)
    {
        var invoker = type.DefineMethod(
            $"Invoke{index}", MethodAttributes.Public | MethodAttributes.Static, method.ReturnType, [typeof(object), typeof(object?[])]);
        var il = invoker.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        var parameters = method.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Unbox_Any, parameters[i].ParameterType);
        }

        il.Emit(OpCodes.Callvirt, method);
        il.Emit(OpCodes.Ret);
    }
}

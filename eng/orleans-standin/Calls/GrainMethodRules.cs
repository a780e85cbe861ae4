using System.Reflection;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>What a method of a grain interface may look like, and which member of <see cref="GrainReference"/> sends it.</summary>
internal static class GrainMethodRules
{
    public static void Check(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition)
        {
            throw new NotSupportedException($"{Describe(method)} is generic; the stand-in carries no generic grain methods.");
        }

        if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
        {
            throw new NotSupportedException($"{Describe(method)} has a ref, in or out parameter; nothing can be passed by reference to a grain.");
        }

        if (method.GetParameters().Count(p => p.ParameterType == typeof(CancellationToken)) > 1)
        {
            throw new NotSupportedException($"{Describe(method)} has more than one CancellationToken.");
        }

        Sender(method.ReturnType);
    }

    public static MethodInfo Sender(Type returnType)
    {
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.NonPublic;
        var generic = returnType.IsGenericType ? returnType.GetGenericTypeDefinition() : null;
        var name = returnType == typeof(void) ? nameof(GrainReference.SendOneWay)
            : returnType == typeof(Task) ? nameof(GrainReference.SendTask)
            : returnType == typeof(ValueTask) ? nameof(GrainReference.SendValueTask)
            : generic == typeof(Task<>) ? nameof(GrainReference.SendTaskOf)
            : generic == typeof(ValueTask<>) ? nameof(GrainReference.SendValueTaskOf)
            : generic == typeof(IAsyncEnumerable<>) ? nameof(GrainReference.Enumerate)
            : throw new NotSupportedException(
                $"A grain method returns void, Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>, not {returnType}.");
        var sender = typeof(GrainReference).GetMethod(name, Flags)!;
        return generic is null ? sender : sender.MakeGenericMethod(returnType.GetGenericArguments());
    }

    private static string Describe(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
}

using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using OrleansDiffusion.OrleansStandin.Copying;

namespace OrleansDiffusion.OrleansStandin.Calls;

/// <summary>All that is known before a call about one method of one grain interface; made once.</summary>
internal abstract class MethodPlan(MethodInfo method)
{
    private readonly ParameterInfo[] _parameters = method.GetParameters();

    public MethodInfo Method { get; } = method;

    public Type InterfaceType { get; } = method.DeclaringType!;

    /// <summary>Answered by a part of the runtime that belongs to the activation, not by the grain.</summary>
    public bool IsExtension { get; } = typeof(IGrainExtension).IsAssignableFrom(method.DeclaringType);

    public bool IsOneWay { get; } = method.ReturnType == typeof(void) || method.IsDefined(typeof(OneWayAttribute));

    public bool IsReadOnly { get; } = method.IsDefined(typeof(ReadOnlyAttribute));

    public bool IsAlwaysInterleave { get; } = method.IsDefined(typeof(AlwaysInterleaveAttribute));

    public TimeSpan? ResponseTimeout { get; } = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;

    /// <summary>Which argument is the cancellation token; -1: none.</summary>
    public int TokenIndex { get; } = Array.FindIndex(method.GetParameters(), p => p.ParameterType == typeof(CancellationToken));

    private bool[] CopiedArguments { get; } = [.. method.GetParameters().Select(p => !p.IsDefined(typeof(ImmutableAttribute)))];

    private bool ResultIsCopied { get; } = method.ReturnParameter?.IsDefined(typeof(ImmutableAttribute)) != true;

    /// <summary>The type of the result without its task.</summary>
    private Type ResultType { get; } = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(object);

    public abstract ValueTask<object?> InvokeOn(object target, object?[] arguments);

    public object?[] CopyArguments(object?[] arguments, DeepCopier copier)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (i != TokenIndex)
            {
                arguments[i] = copier.CopyAs(arguments[i], _parameters[i].ParameterType, CopiedArguments[i]);
            }
        }

        return arguments;
    }

    public object? CopyResult(object? result, DeepCopier copier) => copier.CopyAs(result, ResultType, ResultIsCopied);

    public override string ToString() => $"{InterfaceType.Name}.{Method.Name}";
}

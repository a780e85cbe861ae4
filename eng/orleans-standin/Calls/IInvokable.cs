using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>A request as filters see it: method and arguments.</summary>
public interface IInvokable : IDisposable
{
    bool IsCancellable => false;

    object? GetTarget();

    void SetTarget(ITargetHolder holder);

    ValueTask<Response> Invoke();

    int GetArgumentCount();

    object? GetArgument(int index);

    void SetArgument(int index, object value);

    string GetMethodName();

    string GetInterfaceName();

    string GetActivityName();

    MethodInfo GetMethod();

    Type GetInterfaceType();

    TimeSpan? GetDefaultResponseTimeout() => null;

    CancellationToken GetCancellationToken() => default;

    bool TryCancel() => false;
}

/// <summary>Whatever holds the object a request is for.</summary>
public interface ITargetHolder
{
    object? GetTarget();

    object? GetComponent(Type componentType);
}

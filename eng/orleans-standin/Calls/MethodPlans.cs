using System.Reflection;

namespace OrleansDiffusion.OrleansStandin.Calls;

internal delegate TReturn Invoker<out TReturn>(object target, object?[] arguments);

/// <summary>A method without a result that nobody waits for.</summary>
internal sealed class VoidPlan(MethodInfo method, Action<object, object?[]> invoke) : MethodPlan(method)
{
    public override ValueTask<object?> InvokeOn(object target, object?[] arguments)
    {
        invoke(target, arguments);
        return default;
    }
}

internal sealed class TaskPlan(MethodInfo method, Invoker<Task> invoke) : MethodPlan(method)
{
    public override ValueTask<object?> InvokeOn(object target, object?[] arguments)
    {
        var task = invoke(target, arguments);
        return task.IsCompletedSuccessfully ? default : Wait(task);

        static async ValueTask<object?> Wait(Task task)
        {
            await task;
            return null;
        }
    }
}

internal sealed class TaskPlan<T>(MethodInfo method, Invoker<Task<T>> invoke) : MethodPlan(method)
{
    public override ValueTask<object?> InvokeOn(object target, object?[] arguments)
    {
        var task = invoke(target, arguments);
        return task.IsCompletedSuccessfully ? new(task.GetAwaiter().GetResult()) : Wait(task);

        static async ValueTask<object?> Wait(Task<T> task) => await task;
    }
}

internal sealed class ValueTaskPlan(MethodInfo method, Invoker<ValueTask> invoke) : MethodPlan(method)
{
    public override ValueTask<object?> InvokeOn(object target, object?[] arguments)
    {
        var task = invoke(target, arguments);
        if (task.IsCompletedSuccessfully)
        {
            task.GetAwaiter().GetResult();
            return default;
        }

        return Wait(task);

        static async ValueTask<object?> Wait(ValueTask task)
        {
            await task;
            return null;
        }
    }
}

internal sealed class ValueTaskPlan<T>(MethodInfo method, Invoker<ValueTask<T>> invoke) : MethodPlan(method)
{
    public override ValueTask<object?> InvokeOn(object target, object?[] arguments)
    {
        var task = invoke(target, arguments);
        return task.IsCompletedSuccessfully ? new(task.GetAwaiter().GetResult()) : Wait(task);

        static async ValueTask<object?> Wait(ValueTask<T> task) => await task;
    }
}

/// <summary>A method whose elements are fetched by calls of their own.</summary>
internal sealed class EnumerablePlan<T>(MethodInfo method, Invoker<IAsyncEnumerable<T>> invoke) : MethodPlan(method)
{
    public IAsyncEnumerable<T> Enumerate(object target, object?[] arguments) => invoke(target, arguments);

    public override ValueTask<object?> InvokeOn(object target, object?[] arguments) =>
        throw new NotSupportedException($"{this} is enumerated, not invoked.");
}

using System.Reflection;

namespace OrleansDiffusion.OrleansStandin.Calls;

internal static class MethodPlanBuilder
{
    /// <param name="method">The interface's method.</param>
    /// <param name="invoker">Static: (object target, object[] arguments) to the method's return type.</param>
    public static MethodPlan Build(MethodInfo method, MethodInfo invoker)
    {
        var returns = method.ReturnType;
        if (returns == typeof(void))
        {
            return new VoidPlan(method, invoker.CreateDelegate<Action<object, object?[]>>());
        }

        if (returns == typeof(Task))
        {
            return new TaskPlan(method, invoker.CreateDelegate<Invoker<Task>>());
        }

        if (returns == typeof(ValueTask))
        {
            return new ValueTaskPlan(method, invoker.CreateDelegate<Invoker<ValueTask>>());
        }

        var shape = returns.GetGenericTypeDefinition();
        var plan = shape == typeof(Task<>) ? typeof(TaskPlan<>) : shape == typeof(ValueTask<>) ? typeof(ValueTaskPlan<>) : typeof(EnumerablePlan<>);
        var invoke = invoker.CreateDelegate(typeof(Invoker<>).MakeGenericType(returns));
        return (MethodPlan)Activator.CreateInstance(plan.MakeGenericType(returns.GetGenericArguments()), method, invoke)!;
    }
}

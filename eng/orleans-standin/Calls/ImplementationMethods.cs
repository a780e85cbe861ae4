using System.Collections.Concurrent;
using System.Reflection;

namespace OrleansDiffusion.OrleansStandin.Calls;

internal static class ImplementationMethods
{
    private static readonly ConcurrentDictionary<(Type Class, MethodInfo Method), MethodInfo> Found = new();

    /// <returns>The method of the class that implements the interface's method.</returns>
    public static MethodInfo Of(Type grainClass, MethodInfo interfaceMethod) =>
        Found.GetOrAdd((grainClass, interfaceMethod), static key =>
        {
            var map = key.Class.GetInterfaceMap(key.Method.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, key.Method)];
        });
}

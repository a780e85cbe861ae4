using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using OrleansDiffusion.OrleansStandin.Nodes;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Foreign types that the application gives a surrogate.</summary>
internal sealed class Converters(IServiceProvider services)
{
    private static readonly Lazy<Dictionary<Type, Type>> Registered = new(FindAll);
    private readonly ConcurrentDictionary<Type, CopyPlan> _plans = new();

    public CopyPlan? Find(Type type)
    {
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return Registered.Value.TryGetValue(open, out var converter) ? _plans.GetOrAdd(type, Make, converter) : null;
    }

    private static Dictionary<Type, Type> FindAll()
    {
        var found = new Dictionary<Type, Type>();
        foreach (var type in ApplicationTypes.All().Where(t => t.IsDefined(typeof(RegisterConverterAttribute), inherit: false)))
        {
            var value = ConverterInterface(type).GetGenericArguments()[0];
            found[value.IsGenericType ? value.GetGenericTypeDefinition() : value] = type;
        }

        return found;
    }

    private static Type ConverterInterface(Type converter) =>
        converter.GetInterfaces().First(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConverter<,>));

    private CopyPlan Make(Type type, Type converter)
    {
        var closed = converter.IsGenericTypeDefinition ? converter.MakeGenericType(type.GetGenericArguments()) : converter;
        var plan = typeof(SurrogatePlan<,>).MakeGenericType(ConverterInterface(closed).GetGenericArguments());
        return (CopyPlan)Activator.CreateInstance(plan, ActivatorUtilities.GetServiceOrCreateInstance(services, closed))!;
    }

    private sealed class SurrogatePlan<TValue, TSurrogate>(IConverter<TValue, TSurrogate> converter) : CopyPlan
        where TSurrogate : struct
    {
        public override object Copy(object value, CopyContext context)
        {
            var surrogate = converter.ConvertToSurrogate((TValue)value);
            return converter.ConvertFromSurrogate((TSurrogate)context.Copy(surrogate, typeof(TSurrogate))!)!;
        }
    }
}

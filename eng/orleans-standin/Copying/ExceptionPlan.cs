using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;
using Orleans;
using Orleans.Serialization;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>
/// Exceptions keep type, message, inner exception, data and stack trace. Their own members travel only
/// if their type is marked <see cref="GenerateSerializerAttribute"/>; without it, only the framework's exceptions may cross.
/// </summary>
internal sealed class ExceptionPlan : CopyPlan
{
    private static readonly string[] CarriedNamespaces = ["System", "Microsoft", "Azure"];

    private static readonly ConstructorInfo Restore = typeof(Exception).GetConstructor(
        BindingFlags.Instance | BindingFlags.NonPublic, [typeof(SerializationInfo), typeof(StreamingContext)])!;

    // An aggregate's Message also speaks of those inside it; this is its own.
    private static readonly FieldInfo MessageField = typeof(Exception).GetField("_message", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private readonly Type _type;
    private readonly FieldInfo[] _members;

    private ExceptionPlan(Type type)
    {
        _type = type;
        _members = [.. OwnMembers(type)];
    }

    public static CopyPlan? Find(Type type)
    {
        if (!typeof(Exception).IsAssignableFrom(type))
        {
            return null;
        }

        var isCarried = type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)
            || Array.Exists(CarriedNamespaces, n => type.Namespace?.StartsWith(n, StringComparison.Ordinal) == true);
        return isCarried ? new ExceptionPlan(type) : null;
    }

    public override object Copy(object value, CopyContext context)
    {
        var original = (Exception)value;
        if (original is AggregateException several)
        {
            return new AggregateException((string?)MessageField.GetValue(several)!, several.InnerExceptions.Select(e => (Exception)context.Copy(e, typeof(Exception))!));
        }

        var copy = (Exception)Empty();
        context.Remember(original, copy);
        Restore.Invoke(copy, [State(original, context), default(StreamingContext)]);
        foreach (var member in _members)
        {
            member.SetValue(copy, context.Copy(member.GetValue(original), member.FieldType));
        }

        foreach (var key in original.Data.Keys)
        {
            copy.Data[context.Copy(key, typeof(object))!] = context.Copy(original.Data[key], typeof(object));
        }

        return original.StackTrace is { } trace ? ExceptionDispatchInfo.SetRemoteStackTrace(copy, trace) : copy;
    }

    private static IEnumerable<FieldInfo> OwnMembers(Type type)
    {
        for (var level = type; level != typeof(Exception); level = level.BaseType!)
        {
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                var holder = field.Name.StartsWith('<') ? level.GetProperty(field.Name[1..field.Name.IndexOf('>')]) : null;
                if (field.IsDefined(typeof(IdAttribute)) || holder?.IsDefined(typeof(IdAttribute)) == true)
                {
                    yield return field;
                }
            }
        }
    }

    private object Empty() => _type.GetConstructor([]) is { } simple ? simple.Invoke(null) : RuntimeHelpers.GetUninitializedObject(_type);

#pragma warning disable SYSLIB0050 // The serialization constructor is the one way to set an exception's private state.
    private SerializationInfo State(Exception original, CopyContext context)
    {
        var state = new SerializationInfo(_type, new FormatterConverter());
        state.AddValue("Message", original.Message, typeof(string));
        state.AddValue("Data", null, typeof(System.Collections.IDictionary));
        state.AddValue("InnerException", context.Copy(original.InnerException, typeof(Exception)), typeof(Exception));
        state.AddValue("HelpURL", null, typeof(string));
        state.AddValue("StackTraceString", null, typeof(string));
        state.AddValue("RemoteStackTraceString", null, typeof(string));
        state.AddValue("HResult", original.HResult);
        state.AddValue("Source", null, typeof(string));
        return state;
    }
#pragma warning restore SYSLIB0050
}

using System.Reflection;
using Orleans;
using Orleans.Serialization;

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Types marked <see cref="GenerateSerializerAttribute"/>: a clone, its members copied one by one.</summary>
internal sealed class MemberPlan : CopyPlan
{
    private static readonly Func<object, object> Clone =
        typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly bool _isClass;
    private readonly FieldInfo[] _copied;
    private readonly FieldInfo[] _left;

    private MemberPlan(Type type, FieldInfo[] copied, FieldInfo[] left)
    {
        _isClass = type.IsClass;
        _copied = copied;
        _left = left;
    }

    public static CopyPlan? Find(Type type, CopyPlans plans)
    {
        if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
        {
            return null;
        }

        var members = SerializedMembers.Of(type);
        FieldInfo[] copied = [.. members.Carried.Where(f => !plans.IsShared(f.FieldType))];
        // A value of a struct or of a class that nobody can change needs no copy either.
        var isUnchangeable = copied.Length == 0 && members.Left.Length == 0 && (type.IsValueType || members.Carried.All(f => f.IsInitOnly));
        return isUnchangeable ? SharedPlan.Instance : new MemberPlan(type, copied, members.Left);
    }

    public override object Copy(object value, CopyContext context)
    {
        var copy = Clone(value);
        if (_isClass)
        {
            context.Remember(value, copy);
        }

        foreach (var field in _copied)
        {
            field.SetValue(copy, context.Copy(field.GetValue(value), field.FieldType));
        }

        foreach (var field in _left)
        {
            field.SetValue(copy, null);
        }

        return copy;
    }
}

namespace OrleansDiffusion.OrleansStandin.Copying;

/// <summary>Arrays of any rank; those of unchangeable elements are cloned whole.</summary>
internal static class ArrayPlan
{
    public static CopyPlan For(Type array, CopyPlans plans)
    {
        var element = array.GetElementType()!;
        return plans.IsShared(element) ? new Whole() : new ByElement(element);
    }

    private sealed class Whole : CopyPlan
    {
        public override object Copy(object value, CopyContext context)
        {
            var copy = ((Array)value).Clone();
            context.Remember(value, copy);
            return copy;
        }
    }

    private sealed class ByElement(Type element) : CopyPlan
    {
        public override object Copy(object value, CopyContext context)
        {
            var original = (Array)value;
            var copy = (Array)original.Clone();
            context.Remember(value, copy);
            var index = new int[original.Rank];
            for (var left = original.Length; left > 0; left--)
            {
                copy.SetValue(context.Copy(original.GetValue(index), element), index);
                Advance(index, original);
            }

            return copy;
        }

        private static void Advance(int[] index, Array array)
        {
            for (var dimension = index.Length - 1; dimension >= 0 && ++index[dimension] == array.GetLength(dimension); dimension--)
            {
                index[dimension] = 0;
            }
        }
    }
}

namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>Evenly spaced numbers with the rounding of the numerics libraries that schedules were defined in.</summary>
internal static class NumberGrid
{
    /// <summary>From start to stop, both included, like numpy's linspace; start alone for a count of 1.</summary>
    public static double[] Linspace(double start, double stop, int count)
    {
        var numbers = new double[count];
        var step = count > 1 ? (stop - start) / (count - 1) : 0;
        for (var index = 0; index < count; index++) numbers[index] = start + index * step;
        if (count > 1) numbers[^1] = stop;
        return numbers;
    }

    /// <summary>
    /// From start down to above 0, like numpy's arange with a negative step: it multiplies a difference that was itself
    /// rounded.
    /// </summary>
    public static double[] Countdown(double start, double step)
    {
        var difference = start - step - start;
        var numbers = new double[(int)Math.Ceiling(start / step)];
        for (var index = 0; index < numbers.Length; index++) numbers[index] = start + index * difference;
        return numbers;
    }

    /// <summary>
    /// Like torch's linspace in float32 on a CPU with vectors of 8: blocks start at a fused multiply-add from the nearer
    /// end and go on in plain steps. The last digits matter, since schedules multiply a thousand of these numbers.
    /// </summary>
    public static float[] LinspaceFloat(float start, float stop, int count)
    {
        const int block = 8;
        var numbers = new float[count];
        var step = count > 1 ? (stop - start) / (count - 1) : 0;
        for (var index = 0; index < count; index++)
        {
            var blockStart = index / block * block;
            var anchor = blockStart + block <= count ? blockStart : index;
            var first = anchor < count / 2
                ? MathF.FusedMultiplyAdd(step, anchor, start)
                : MathF.FusedMultiplyAdd(-step, count - anchor - 1, stop);
            numbers[index] = first + step * (index - anchor);
        }

        return numbers;
    }
}

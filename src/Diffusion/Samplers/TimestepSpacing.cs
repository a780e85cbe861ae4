namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>How the steps of a job are spread over the training steps (Lin et al. 2024, table 2), noisiest first.</summary>
internal static class TimestepSpacing
{
    public const string Linspace = "linspace", Leading = "leading", Trailing = "trailing";

    /// <param name="spacing">One of the three names.</param>
    /// <param name="steps">Steps of the job.</param>
    /// <param name="trainSteps">T, usually 1000.</param>
    /// <param name="offset">Added to leading timesteps.</param>
    /// <param name="round">Linspace only: whether the rule needs whole timesteps.</param>
    /// <exception cref="SamplerException">No such spacing.</exception>
    public static double[] Spread(string spacing, int steps, int trainSteps, int offset, bool round)
    {
        var timesteps = spacing switch
        {
            Linspace => Reversed(NumberGrid.Linspace(0, trainSteps - 1, steps)),
            Leading => Reversed([.. Enumerable.Range(0, steps).Select(step => (double)(step * (trainSteps / steps) + offset))]),
            Trailing => [.. NumberGrid.Countdown(trainSteps, (double)trainSteps / steps).Select(timestep => Math.Round(timestep) - 1)],
            _ => throw new SamplerException($"timestep_spacing is '{spacing}', but must be {Linspace}, {Leading} or {Trailing}."),
        };
        return round ? Array.ConvertAll(timesteps, Math.Round) : timesteps;
    }

    /// <summary>The most steps that <see cref="ToIndices"/> accepts: leading with an offset cannot use the last training steps.</summary>
    public static int StepsMax(SamplerConfig config)
    {
        var trainSteps = config.Whole("num_train_timesteps", 1000);
        var offset = config.Text("timestep_spacing", Leading) == Leading ? config.Whole("steps_offset", 0) : 0;
        var steps = trainSteps;
        while (steps > 1 && (steps - 1) * (trainSteps / steps) + offset >= trainSteps) steps--;
        return steps;
    }

    /// <exception cref="SamplerException">Fewer than 1 or more than the model was trained with.</exception>
    public static void CheckSteps(int steps, int stepsMax)
    {
        if (steps < 1 || steps > stepsMax) throw new SamplerException($"The number of steps is {steps}, but must be within 1..{stepsMax}.");
    }

    /// <summary>For the rules that look alphas up by timestep.</summary>
    /// <exception cref="SamplerException">A timestep lies beyond the last training step, as leading with an offset can.</exception>
    public static int[] ToIndices(double[] timesteps, int trainSteps)
    {
        var indices = Array.ConvertAll(timesteps, timestep => (int)timestep);
        if (indices[0] >= trainSteps)
        {
            throw new SamplerException($"{timesteps.Length} steps reach timestep {indices[0]}, beyond the last one, {trainSteps - 1}.");
        }

        return indices;
    }

    private static double[] Reversed(double[] numbers)
    {
        Array.Reverse(numbers);
        return numbers;
    }
}

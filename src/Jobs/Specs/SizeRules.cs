namespace OrleansDiffusion.Jobs;

/// <summary>Sides of a picture: a multiple of what the model needs, within its bounds; the problem names the nearest right value.</summary>
internal static class SizeRules
{
    public static void Check(int width, int height, ModelFacts model, GenerationLimits limits, List<FieldProblem> problems)
    {
        var before = problems.Count;
        CheckSide("width", width, model, problems);
        CheckSide("height", height, model, problems);
        var pixelCount = (long)width * height;
        if (problems.Count == before && pixelCount > limits.PixelCountMax)
            problems.Add(new("width", $"{width}x{height} is {pixelCount} pixels; a picture may have at most {limits.PixelCountMax}."));
    }

    private static void CheckSide(string field, int side, ModelFacts model, List<FieldProblem> problems)
    {
        var multiple = model.SideMultiple;
        var smallest = (model.SideMin + multiple - 1) / multiple * multiple;
        var largest = model.SideMax / multiple * multiple;
        if (side < smallest) problems.Add(new(field, $"must be at least {smallest}, not {side}."));
        else if (side > largest) problems.Add(new(field, $"must be at most {largest}, not {side}."));
        else if (side % multiple is var rest and not 0)
            problems.Add(new(field, $"must be a multiple of {multiple}, not {side}; the nearest are {side - rest} and {side - rest + multiple}."));
    }
}

namespace OrleansDiffusion.Weights;

/// <summary>One thing that is wrong with a model folder.</summary>
/// <param name="Field">The file within the folder, and the key in it where one is to blame: `unet/config.json: cross_attention_dim`.</param>
/// <param name="Message">What is wrong, for the person who can mend it.</param>
public sealed record FolderProblem(string Field, string Message);

/// <summary>What was found in a model folder: all that is wrong with it at once, and how large it is.</summary>
public sealed record ModelReport
{
    /// <summary>Absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>All of them; empty when the folder is sound.</summary>
    public required IReadOnlyList<FolderProblem> Problems { get; init; }

    /// <summary>What works, but perhaps not as expected.</summary>
    public required IReadOnlyList<FolderProblem> Warnings { get; init; }

    /// <summary>`_class_name` of model_index.json; null if it cannot be read.</summary>
    public string? PipelineClass { get; init; }

    /// <summary>Null if the class is not one that is known.</summary>
    public ModelFamily? Family { get; init; }

    /// <summary>Those whose graphs could be read.</summary>
    public required IReadOnlyList<ComponentWeights> Components { get; init; }

    /// <summary>Bytes of the model's files.</summary>
    public required long TotalBytes { get; init; }

    public required MemoryEstimate Memory { get; init; }

    public bool IsSound => Problems.Count == 0;
}

/// <summary>The numbers inside one graph.</summary>
/// <param name="Component">text_encoder, unet...</param>
/// <param name="StoredBytes">As they are stored, external data included.</param>
/// <param name="Fp32Bytes">With every 16-bit number widened to 32 bits, as the CPU computes.</param>
/// <param name="TakesHalf">Whether the graph's border is fp16: then it computes in fp16.</param>
public sealed record ComponentWeights(string Component, long StoredBytes, long Fp32Bytes, bool TakesHalf);

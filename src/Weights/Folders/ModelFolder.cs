namespace OrleansDiffusion.Weights;

/// <summary>
/// Judges a model folder as files: is everything there, whole, and of one piece? Reads structure, not weights, so it
/// takes milliseconds for gigabytes. What a pipeline makes of the model is not decided here.
/// </summary>
public static class ModelFolder
{
    private const string Decoder = "vae_decoder";
    private const string Encoder = "vae_encoder";

    private static readonly string[] Denoisers = ["unet", "transformer"];

    /// <summary>Every noise schedule of diffusers that images are made with.</summary>
    private static readonly HashSet<string> Schedulers =
    [
        "DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "LMSDiscreteScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler",
        "HeunDiscreteScheduler", "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "DPMSolverSDEScheduler", "UniPCMultistepScheduler",
        "DEISMultistepScheduler", "KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler", "EDMEulerScheduler", "EDMDPMSolverMultistepScheduler",
        "LCMScheduler", "TCDScheduler", "FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler", "FlowMatchLCMScheduler",
    ];

    /// <summary>Everything that is wrong, all at once; never throws for what is in the folder.</summary>
    public static ModelReport Check(string path)
    {
        var folder = Path.GetFullPath(path);
        var findings = new FolderFindings(folder);
        if (!Directory.Exists(folder))
        {
            findings.Problem(folder, "There is no such folder.");
            return Report(folder, findings, index: null, family: null, [], new MemoryEstimate(0, 0, 0));
        }

        var index = ReadIndex(findings);
        findings.Json(ModelLayout.DefaultsFile);
        var family = index?.Text("_class_name") is { } name ? ModelFamily.Find(name) : null;
        CheckScheduler(findings);
        foreach (var role in Tokenizers(family, index, findings)) TokenizerCheck.Run(role, findings);
        CheckWidths(family, findings);
        var graphs = Graphs(family, index, findings).ToList();
        foreach (var component in graphs) Config(component, findings);
        ComponentWeights[] components = [.. graphs.Select(component => GraphCheck.Read(component, findings)).OfType<ComponentWeights>()];
        Warn(family, components, findings);
        return Report(folder, findings, index, family, components, Weigh(components, findings));
    }

    private static JsonFile? ReadIndex(FolderFindings findings)
    {
        const string field = $"{ModelLayout.IndexFile}: _class_name";
        if (!findings.Has(ModelLayout.IndexFile)) findings.Problem(ModelLayout.IndexFile, "The file is missing.");
        var index = findings.Json(ModelLayout.IndexFile);
        if (index is null) return null;
        if (index.Text("_class_name") is not { } name) findings.Problem(field, "It must name the pipeline's class.");
        else if (ModelFamily.Find(name) is null) findings.Problem(field, $"Pipelines of the class '{name}' are not supported.");
        return index;
    }

    private static void CheckScheduler(FolderFindings findings)
    {
        if (!findings.Has(ModelLayout.SchedulerFile)) findings.Problem(ModelLayout.SchedulerFile, "The file is missing.");
        if (findings.Json(ModelLayout.SchedulerFile) is not { } config) return;
        var name = config.Text("_class_name");
        if (name is not null && Schedulers.Contains(name)) return;
        findings.Problem($"{ModelLayout.SchedulerFile}: _class_name", $"The noise schedule '{name}' is unknown.");
    }

    /// <summary>What the family needs and the index does not leave out, and whatever else is there.</summary>
    private static IEnumerable<string> Graphs(ModelFamily? family, JsonFile? index, FolderFindings findings) =>
        ModelLayout.GraphComponents.Where(component =>
            findings.Has($"{component}/{ModelLayout.GraphFile}")
            || (family?.Graphs.Contains(component) == true && index?.IsLeftOut(component) != true));

    private static IEnumerable<TokenizerRole> Tokenizers(ModelFamily? family, JsonFile? index, FolderFindings findings)
    {
        if (family is null) return [];
        return family.Tokenizers.Where(role =>
            index?.IsLeftOut(role.Tokenizer) != true
            && (family.Graphs.Contains(role.Encoder) || findings.Has($"{role.Encoder}/{ModelLayout.GraphFile}")));
    }

    /// <summary>A UNet that listens to vectors of another width belongs to another model.</summary>
    private static void CheckWidths(ModelFamily? family, FolderFindings findings)
    {
        if (family?.Name is not ("sd" or "lcm")) return;
        var heard = Config("unet", findings)?.Whole("cross_attention_dim");
        var said = Config("text_encoder", findings)?.Whole("hidden_size");
        if (heard is null || said is null || heard == said) return;
        findings.Problem(
            "unet/config.json: cross_attention_dim",
            $"It is {heard}, but text_encoder gives vectors of {said} (hidden_size): they belong to different models.");
    }

    private static void Warn(ModelFamily? family, ComponentWeights[] components, FolderFindings findings)
    {
        foreach (var component in components.Where(component => component.TakesHalf))
        {
            var file = $"{component.Component}/{ModelLayout.GraphFile}";
            findings.Warning(file, "It computes in fp16: on a CPU it is made fp32, which takes twice its bytes on disk and in memory.");
            if (component.Component != Decoder || !Overflows(family, findings)) continue;
            findings.Warning(file, "This decoder is known to overflow in fp16 and give black pictures; export it in fp32, or one that was fixed for fp16.");
        }

        if (family is null || findings.Has($"{Encoder}/{ModelLayout.GraphFile}")) return;
        findings.Warning(Encoder, "It is absent: pictures can be made from prompts, not from pictures.");
    }

    private static bool Overflows(ModelFamily? family, FolderFindings findings) =>
        family?.Name == "sdxl" || Config(Decoder, findings)?.Flag("force_upcast") == true;

    private static MemoryEstimate Weigh(ComponentWeights[] components, FolderFindings findings)
    {
        if (components.Length == 0) return new MemoryEstimate(0, 0, 0);
        var denoiser = Denoisers.Select(component => Config(component, findings)).FirstOrDefault(config => config is not null);
        return new MemoryEstimate(
            components.Sum(component => component.Fp32Bytes),
            components.Sum(component => component.StoredBytes),
            WorkingMemory.Estimate(denoiser, Config(Decoder, findings)));
    }

    private static JsonFile? Config(string component, FolderFindings findings) => findings.Json($"{component}/{ModelLayout.ConfigFile}");

    private static ModelReport Report(
        string folder, FolderFindings findings, JsonFile? index, ModelFamily? family, ComponentWeights[] components, MemoryEstimate memory) => new()
    {
        Folder = folder,
        Problems = findings.Problems,
        Warnings = findings.Warnings,
        PipelineClass = index?.Text("_class_name"),
        Family = family,
        Components = components,
        TotalBytes = Directory.Exists(folder) ? ModelLayout.FilesOf(folder).Sum(file => FileBytes(findings.Path(file))) : 0,
        Memory = memory,
    };

    /// <summary>Of the file itself where the path is a link, as caches of downloaded models have them.</summary>
    private static long FileBytes(string path)
    {
        using var handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }
}

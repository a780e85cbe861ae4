namespace OrleansDiffusion.EndToEnd.Tests.Dashboard.Mock;

/// <summary>Two models with facts that differ in everything the form shows.</summary>
internal static class MockModels
{
    public static object[] All { get; } =
    [
        Model("emoji", "sd", multiple: 8, min: 32, max: 128, side: 64, steps: 25, guidance: 5, "ddim", ["ddim", "euler", "euler_a", "dpmpp_2m"]),
        Model("landscape-xl", "sdxl", multiple: 64, min: 512, max: 1536, side: 1024, steps: 30, guidance: 7, "dpmpp_2m_karras", ["dpmpp_2m_karras", "euler"]),
    ];

    private static object Model(
        string name, string family, int multiple, int min, int max, int side, int steps, double guidance, string sampler, string[] samplers) => new
    {
        Id = name,
        Object = "model",
        Created = 1_767_225_600,
        OwnedBy = "orleansdiffusion",
        Version = "5b1f6a0c9d3e",
        Bytes = 12_000_000,
        MemoryBytes = 180_000_000,
        Family = family,
        Facts = new
        {
            SideMultiple = multiple,
            SideMin = min,
            SideMax = max,
            DefaultWidth = side,
            DefaultHeight = side,
            DefaultSteps = steps,
            DefaultGuidance = guidance,
            DefaultSampler = sampler,
            Samplers = samplers,
            PromptTokenCountMax = 32,
        },
        Policy = new { Min = 1, Max = 64, Step = 1, Standby = 1, KeepAliveSeconds = 600, QueueCountMax = 1000, BatchMax = 1 },
    };
}

using System.Security.Cryptography;
using System.Text;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class RequestDigestTests
{
    private static readonly GenerationRequest Full = new()
    {
        Model = "m",
        Prompt = "p",
        NegativePrompt = "n",
        Width = 1,
        Height = 2,
        Steps = 3,
        Guidance = 4.5,
        Seed = 5,
        Count = 6,
        Sampler = "s",
        Format = "f",
        QualityPercent = 7,
        PreviewCount = 8,
        Priority = 9,
        DeadlineSeconds = 1.5,
    };

    [Fact]
    public void A_digest_is_over_the_set_fields_with_their_lengths() =>
        Assert.Equal(
            Hash(
                "model=1:m;prompt=1:p;negative_prompt=1:n;width=1:1;height=1:2;steps=1:3;guidance=3:4.5;seed=1:5;count=1:6;" +
                "sampler=1:s;format=1:f;quality=1:7;previews=1:8;priority=1:9;deadline_seconds=3:1.5;"),
            RequestDigest.Of(Full));

    [Fact]
    public void Fields_that_are_not_set_leave_no_trace() =>
        Assert.Equal(Hash("prompt=11:a red apple;"), RequestDigest.Of(Examples.Request));

    [Fact]
    public void Equal_requests_have_equal_digests_and_any_difference_shows()
    {
        GenerationRequest[] others =
        [
            Full with { Model = "x" }, Full with { Prompt = "x" }, Full with { NegativePrompt = "x" }, Full with { Width = 0 },
            Full with { Height = 0 }, Full with { Steps = 0 }, Full with { Guidance = 0 }, Full with { Seed = 0 }, Full with { Count = 0 },
            Full with { Sampler = "x" }, Full with { Format = "x" }, Full with { QualityPercent = 0 }, Full with { PreviewCount = 0 },
            Full with { Priority = 0 }, Full with { Model = null }, Full with { Priority = null }, Full with { DeadlineSeconds = 1 },
            Full with { Prompt = "p;steps=1:3" },
        ];
        Assert.Equal(RequestDigest.Of(Full), RequestDigest.Of(Full with { }));
        Assert.Equal(others.Length + 1, others.Append(Full).Select(RequestDigest.Of).Distinct().Count());
    }

    private static string Hash(string form) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(form)));
}

namespace OrleansDiffusion.Jobs.Tests;

public sealed class DeviceNeedsTests
{
    [Fact]
    public void Without_needs_any_device_will_do()
    {
        Assert.Null(DeviceKinds.MissingBecause(DeviceNeeds.None, [Device("cpu")]));
        Assert.Equal("device", DeviceNeeds.None.ToString());
        Assert.Empty(DeviceNeedsRules.Check(DeviceNeeds.None));
    }

    [Fact]
    public void Needs_read_as_a_person_says_them() =>
        Assert.Equal("cuda device with gpu=h100, zone=eu", (Labels(("zone", "eu"), ("gpu", "h100")) with { Provider = "cuda" }).ToString());

    [Fact]
    public void A_missing_provider_is_told_with_what_there_is() =>
        Assert.Equal(
            "no device is cuda; there are 2 cpu devices, 1 rocm device",
            DeviceKinds.MissingBecause(new() { Provider = "cuda" }, [Device("cpu"), Device("rocm"), Device("cpu")]));

    [Fact]
    public void A_missing_label_is_told_with_the_values_that_there_are() =>
        Assert.Equal(
            "no device has gpu=h100; seen: gpu=a10, gpu=l4",
            DeviceKinds.MissingBecause(Labels(("gpu", "h100")), [Device("cuda", ("gpu", "l4")), Device("cuda", ("gpu", "a10")), Device("cpu")]));

    [Fact]
    public void A_label_that_nobody_has_is_told_as_such() =>
        Assert.Equal("no cpu device has gpu=h100; none has a label gpu", DeviceKinds.MissingBecause(
            Labels(("gpu", "h100")) with { Provider = "cpu" }, [Device("cuda", ("gpu", "h100")), Device("cpu", ("zone", "eu"))]));

    [Fact]
    public void Labels_that_no_device_has_together_are_told_together() =>
        Assert.Equal(
            "no device has all of gpu=l4, zone=eu",
            DeviceKinds.MissingBecause(Labels(("zone", "eu"), ("gpu", "l4")), [Device("cuda", ("gpu", "l4")), Device("cuda", ("zone", "eu"))]));

    [Fact]
    public void Only_some_of_many_values_are_told()
    {
        var devices = Enumerable.Range(0, 11).Select(i => Device("cuda", ("rack", $"r{i:00}"))).ToList();
        Assert.EndsWith("rack=r06, rack=r07 and 3 more", DeviceKinds.MissingBecause(Labels(("rack", "x")), devices), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_of_the_needs_is_named_with_its_field()
    {
        var needs = Labels(("a b", "x"), ("gpu", " l4"), ("zone", "")) with { Provider = "tpu" };
        Assert.Equal(
            [
                new("needs.provider", "must be one of cpu, cuda, not \"tpu\"."),
                new("needs.labels", "has the name \"a b\"; a name must be 1-63 characters of a-z A-Z 0-9 . _ - /."),
                new("needs.labels.gpu", "must be 1-128 characters without line breaks, and neither begin nor end with a space."),
                new("needs.labels.zone", "must be 1-128 characters without line breaks, and neither begin nor end with a space."),
            ],
            DeviceNeedsRules.Check(needs));
    }

    [Fact]
    public void Labels_are_bounded_in_number_and_length()
    {
        Assert.Equal("must be at most 16, not 17.", Assert.Single(DeviceNeedsRules.Check(Many(17))).Message);
        Assert.Empty(DeviceNeedsRules.Check(Many(16)));
        Assert.Empty(DeviceNeedsRules.Check(Labels((new('n', 63), new('v', 128)))));
        Assert.Equal(2, DeviceNeedsRules.Check(Labels((new('n', 64), new('v', 129)))).Count);
    }

    [Theory]
    [InlineData("gpu=l4", "gpu", "l4")]
    [InlineData("note=a=b c", "note", "a=b c")]
    public void A_label_is_read_from_its_text(string text, string name, string value) => Assert.Equal(new(name, value), LabelText.Parse(text));

    [Theory]
    [InlineData("gpu")]
    [InlineData("=l4")]
    [InlineData("gpu=")]
    [InlineData("g pu=l4")]
    [InlineData("gpu= l4")]
    public void What_is_no_label_is_not_read(string text) => Assert.Null(LabelText.Parse(text));

    private static DeviceNeeds Many(int count) => new() { Labels = Enumerable.Range(0, count).ToDictionary(i => $"l{i}", _ => "x") };

    private static DeviceNeeds Labels(params (string Name, string Value)[] labels) =>
        new() { Labels = labels.ToDictionary(l => l.Name, l => l.Value) };

    private static DeviceStatus Device(string provider, params (string Name, string Value)[] labels) => new()
    {
        SiloId = "a", DeviceId = $"{provider}0", Provider = provider, Name = provider, MemoryBytes = 1,
        Labels = labels.ToDictionary(l => l.Name, l => l.Value),
    };
}

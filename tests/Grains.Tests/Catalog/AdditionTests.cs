using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Client;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains.Tests;

public sealed class AdditionTests
{
    private const string Url = "https://models.test/My Model";

    [Fact]
    public async Task A_model_is_added_from_an_address_and_remembers_it()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);

        var answer = await world.Client.AddModelFromAsync(Url, cancellation: TestContext.Current.CancellationToken);
        await world.KillAndRestart();

        Assert.Equal(["It is a fake."], answer.Warnings);
        Assert.Equal("https://models.test/My%20Model/", (await world.Catalog.Find("my-model"))!.Url);
    }

    [Fact]
    public async Task The_same_request_finds_what_is_under_way_and_the_catalog_answers_meanwhile()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        var barrier = Hold(world);
        var first = (await world.Catalog.BeginAddition(Url, null, null)).Begun!;
        await barrier.Reached;

        var second = (await world.Catalog.BeginAddition(Url + "/", null, null)).Begun!;
        var other = await world.Catalog.Add("/models/other", null, null);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal((AdditionState.Fetching, 6L, 12L), (second.State, second.ArrivedBytes, second.TotalBytes));
        Assert.NotNull(other.Added);
        barrier.Open();
        var ended = await Ended(world, first.Id);
        Assert.Equal((AdditionState.Added, "my-model"), (ended.State, ended.Answer!.Added!.Name));
    }

    [Fact]
    public async Task One_that_is_cancelled_adds_nothing_and_can_be_begun_again()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        var barrier = Hold(world);
        var begun = (await world.Catalog.BeginAddition(Url, null, null)).Begun!;
        await barrier.Reached;

        Assert.True(await world.Catalog.CancelAddition(begun.Id));

        Assert.Equal(ErrorCode.Cancelled, (await Ended(world, begun.Id)).Answer!.Refused!.Code);
        Assert.False(await world.Catalog.CancelAddition(begun.Id));
        Assert.Empty(await world.Catalog.List());
        barrier.Open();
        Assert.NotNull((await world.Client.AddModelFromAsync(Url, cancellation: TestContext.Current.CancellationToken)).Added);
    }

    [Theory]
    [InlineData("https://nowhere.test/m", null, ErrorCode.OriginFailed)]
    [InlineData("https://models.test/broken", null, ErrorCode.ModelInvalid)]
    [InlineData("https://models.test/m?secret=1", null, ErrorCode.InvalidRequest)]
    [InlineData("https://models.test/m", "Bad Name", ErrorCode.InvalidRequest)]
    public async Task What_cannot_be_added_says_why(string url, string? name, ErrorCode code)
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);

        var refused = await Assert.ThrowsAsync<DiffusionException>(() =>
            world.Client.AddModelFromAsync(url, name, cancellation: TestContext.Current.CancellationToken));

        Assert.Equal(code, refused.Refusal.Code);
        Assert.Empty(await world.Catalog.List());
    }

    [Fact]
    public async Task Only_so_many_are_under_way_at_a_time()
    {
        await using var world = await World.Start(options => options.DevicesPerSilo = 0);
        var barrier = Hold(world);
        for (var number = 0; number < ModelAdditions.RunningCountMax; number++)
            Assert.NotNull((await world.Catalog.BeginAddition($"{Url}{number}", null, null)).Begun);

        var refused = (await world.Catalog.BeginAddition($"{Url}-more", null, null)).Refused!;

        Assert.Equal(ErrorCode.QueueFull, refused.Code);
        barrier.Open();
    }

    private static Barrier Hold(World world)
    {
        var barrier = new Barrier();
        foreach (var silo in world.Cluster.Silos)
            ((FakeInspector)silo.ServiceProvider.GetRequiredService<IModelInspector>()).BeforeFetch = _ => barrier.Pass();
        return barrier;
    }

    private static async Task<ModelAddition> Ended(World world, string id) =>
        (await new Func<Task<ModelAddition?>>(async () => (await world.Catalog.ListAdditions()).SingleOrDefault(addition => addition.Id == id))
            .Until(addition => addition?.IsOver == true))!;
}

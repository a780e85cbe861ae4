namespace OrleansDiffusion.Jobs.Tests;

public sealed class WeightsStandbyTests
{
    [Fact]
    public void Silos_beyond_the_one_with_a_replica_get_the_weights()
    {
        var orders = Decide([Model("sd", target: 1)], Node("a", held: [("sd", WeightsTier.Disk)], inUse: ["sd"]), Node("b"), Node("c"));

        Assert.Equal(["a: ", "b: sd", "c: "], Shown(orders));
    }

    [Fact]
    public void Where_they_are_held_already_they_stay_whole_ones_first()
    {
        var orders = Decide(
            [Model("sd", target: 2)], Node("a"), Node("b", held: [("sd", WeightsTier.Part)]), Node("c", held: [("sd", WeightsTier.Disk)]),
            Node("d", held: [("sd", WeightsTier.Memory)]));

        Assert.Equal(["a: ", "b: ", "c: sd", "d: sd"], Shown(orders));
    }

    [Fact]
    public void A_silo_on_which_a_replica_could_come_at_once_is_better_than_one_with_more_room()
    {
        Assert.Equal(["a: ", "b: sd"], Shown(Decide([Model("sd")], Node("a", disk: 10), Node("b", disk: 20))));
        var open = Node("a", disk: 10) with { LoadableNow = new HashSet<string> { "sd" } };
        Assert.Equal(["a: sd", "b: "], Shown(Decide([Model("sd")], open, Node("b", disk: 20))));
    }

    [Fact]
    public void A_silo_whose_devices_cannot_load_the_model_gets_none_of_it()
    {
        Assert.Equal(["a: ", "b: sd"], Shown(Decide([Model("sd", target: 2)], Node("a") with { Loadable = new HashSet<string>() }, Node("b"))));
    }

    [Fact]
    public void Of_many_models_the_most_wanted_get_the_room_that_there_is()
    {
        StandbyModel[] models = [Model("rare", spared: 1), Model("usual", spared: 3), Model("often", spared: 5)];

        Assert.Equal(["a: often, usual"], Shown(Decide(models, Node("a", disk: 8))));
    }

    [Fact]
    public void What_replicas_use_takes_its_room_first()
    {
        Assert.Equal(["a: "], Shown(Decide([Model("sd")], Node("a", disk: 7, held: [("flux", WeightsTier.Disk)], inUse: ["flux"]))));
        Assert.Equal(["a: sd"], Shown(Decide([Model("sd")], Node("a", disk: 8, held: [("flux", WeightsTier.Disk)], inUse: ["flux"]))));
    }

    [Fact]
    public void On_a_full_disk_only_what_is_wanted_four_times_as_much_takes_anothers_room()
    {
        var node = Node("a", disk: 4, held: [("held", WeightsTier.Disk)]);

        Assert.Equal(["a: held"], Shown(Decide([Model("held", spared: 1), Model("new", spared: 4)], node)));
        Assert.Equal(["a: new"], Shown(Decide([Model("held", spared: 1), Model("new", spared: 4.01)], node)));
    }

    [Fact]
    public void The_most_wanted_are_in_memory_too_and_one_that_is_there_leaves_only_for_twice_its_worth()
    {
        var node = Node("a", disk: 100, memory: 8, held: [("x", WeightsTier.Memory), ("y", WeightsTier.Disk), ("z", WeightsTier.Disk)]);

        Assert.Equal(["y", "x"], Decide([Model("x", spared: 1), Model("y", spared: 3), Model("z", spared: 1.9)], node)["a"].Memory);
        Assert.Equal(["z", "y"], Decide([Model("x", spared: 1), Model("y", spared: 2.1), Model("z", spared: 2.2)], node)["a"].Memory);
    }

    [Fact]
    public void What_is_being_loaded_stays_in_memory_until_it_is_and_nothing_is_brought_there_for_a_replica()
    {
        var node = Node("a", memory: 8, held: [("x", WeightsTier.Memory), ("y", WeightsTier.Disk)], inUse: ["x", "y"]);

        Assert.Equal(["x"], Decide([Model("x"), Model("y")], node with { Loading = new HashSet<string> { "x", "y" } })["a"].Memory);
        Assert.Empty(Decide([Model("x"), Model("y")], node)["a"].Memory);
    }

    [Fact]
    public void Equally_wanted_models_each_get_their_first_silo_before_any_gets_a_second()
    {
        StandbyModel[] models = [Model("x", target: 2), Model("y", target: 2), Model("z", target: 2)];

        Assert.Equal(["a: x, z", "b: x, y"], Shown(Decide(models, Node("a", disk: 8), Node("b", disk: 8))));
    }

    [Fact]
    public void A_target_of_none_asks_for_nothing_and_lets_memory_go()
    {
        Assert.Equal(WeightsOrders.None, Decide([Model("x", target: 0)], Node("a", memory: 8, held: [("x", WeightsTier.Memory)]))["a"]);
    }

    private static StandbyModel Model(string name, int target = 1, double spared = 1) => new(name, 4, target, spared);

    private static StandbyNode Node(
        string id, long disk = 100, long memory = 0, (string, WeightsTier)[]? held = null, string[]? inUse = null) => new()
    {
        SiloId = id,
        Weights = new SiloWeights
        {
            DiskBytes = disk, MemoryBytes = memory, Held = [.. (held ?? []).Select(one => new HeldWeights(one.Item1, 4, one.Item2))],
        },
        InUse = (inUse ?? []).ToHashSet(),
        Loadable = new HashSet<string> { "sd", "x", "y", "z", "rare", "usual", "often", "held", "new" },
    };

    private static IReadOnlyDictionary<string, WeightsOrders> Decide(StandbyModel[] models, params StandbyNode[] nodes) =>
        WeightsStandby.Decide(models, nodes);

    private static IEnumerable<string> Shown(IReadOnlyDictionary<string, WeightsOrders> orders) =>
        orders.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {string.Join(", ", pair.Value.Disk)}");
}
